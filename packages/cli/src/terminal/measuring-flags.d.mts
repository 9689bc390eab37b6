/**
 * Flags of the runtime for a process that measures.
 *
 * Each collection of the young generation stops the process for as long as what survives takes to copy. Left alone that generation grows
 * until a stop takes 10 ms and more, and all that arrives meanwhile is stamped late. So small, stops are more frequent and last about 2 ms.
 * The runtime takes the size at its start alone. `npm run bench:client` shows what it does.
 */
export declare const measuringFlags: readonly string[]

/** Those of a process that forwards for hours: its stops are as short, and it does not hold so much from the start. */
export declare const forwardingFlags: readonly string[]

/** Those that Node is to be started with for the command that the words begin with: where it takes instants of replies as they come in, or forwards; else none. */
export declare function flagsFor(words: readonly string[]): readonly string[]

/** What is to stand in its environment besides, where the user has not set it. */
export declare function variablesFor(words: readonly string[]): Readonly<Record<string, string>>
