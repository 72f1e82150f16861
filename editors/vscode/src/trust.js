// What is not done in a folder that is not trusted: a call goes where the flow says, with the secrets of the
// environment that the flow names, and so whoever wrote the flow decides who gets them.

const CALL = 'sayflow.call';

/** Whether a command may run. */
const mayRun = (command, isTrusted) => isTrusted || command !== CALL;

/** The lenses whose command may run. */
exports.mayShow = (lenses, isTrusted) => lenses?.filter(({ command }) => mayRun(command?.command, isTrusted));
exports.mayRun = mayRun;
