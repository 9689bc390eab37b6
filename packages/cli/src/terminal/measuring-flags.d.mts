export const measuringFlags: readonly string[]
export const forwardingFlags: readonly string[]
/** @returns what Node has to be started with for the command that `words` begin with. */
export function flagsFor(words: readonly string[]): readonly string[]
/** @returns what has to stand in its environment besides, unless it does. */
export function variablesFor(words: readonly string[]): Readonly<Record<string, string>>
