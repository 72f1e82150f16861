VAR city = "Dhaka"
VAR points = 0
VAR first_name = ""

-> topic_0
