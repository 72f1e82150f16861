
=== topic_THIS ===
{ points > 100:
    You have {points} points, {first_name != "": {first_name}|dear guest}. In {city} they buy a dinner for two.
- else:
    You have {points} points. A dinner for two in {city} takes a hundred.
}
What would you like to see?
+ [The next page] -> topic_NEXT
+ [Something else] -> topic_LATER
+ [Back to the start] -> topic_0
