/** `[DONE]` has come; so long may the end of the HTTP reply take. */
export const END_AFTER_DONE_MS = 1_000
