/**
 * Flags of the runtime for a process that measures.
 *
 * Each collection of the young generation stops the process for as long as what survives takes to copy. Left alone that generation grows
 * until a stop takes 10 ms and more, and all that arrives meanwhile is stamped late. So small, stops are more frequent and last about 2 ms.
 * The runtime takes the size at its start alone. `npm run bench:client` shows what it does.
 */
export declare const measuringFlags: readonly string[]

/** Those flags where the command takes instants of replies as they come in, else none. */
export declare function flagsFor(words: readonly string[]): readonly string[]
