/** What a word of the page means, in a sentence; `undefined` for words that nobody has to be told. The glossary says all of it. */
export function explain(head: string): string | undefined {
  return meanings.find(([pattern]) => pattern.test(head))?.[1]
}

const meanings: readonly (readonly [pattern: RegExp, meaning: string])[] = [
  [
    /^TTFT from due/,
    'From when the plan wanted the request sent to its first token: the lateness of the client is in it',
  ],
  [/TTFT there/, 'As the server measured it: from when it took the request to the first token'],
  [/^TTFT/, 'Time to first token: from sent to the first generated token, reasoning included'],
  [/^TPOT/, 'Time per output token: the mean within each reply after its first read'],
  [/^E2E interactivity/, 'Tokens of a reply over the whole wait for it, the first token included'],
  [/^E2E/, 'From sent to the last token; longer replies take longer'],
  [
    /^Interactivity/,
    'Tokens per second that a reply is read at; p90 is the speed that nine requests in ten at least have',
  ],
  [/^Output tok/, 'Generated tokens per second of the profiling window'],
  [/^Requests\/s/, 'Requests that ended well per second of the window'],
  [/^(Hit rate|Measured)$/, 'Share of prompt tokens found in a cache, as the server reports it'],
  [
    /^(Hit ideal|Ideal)$/,
    'Share of prompt tokens that a cache without limit would have held, by the blocks of the plan',
  ],
  [/^Lost/, 'Ideal minus measured hits: lost to eviction, routing or block size'],
  [
    /^Verdict$/,
    'valid: nothing speaks against the numbers; indicative: true of the run alone; invalid: a number would mislead',
  ],
  [/^plays$/, 'Replays of whole session trees: requests of one tree are alike, so plays say how much was sampled'],
  [/^truncated$/, 'The prompt does not fit the context'],
  [/^cancelled$/, 'Still running when the run ended'],
  [/^Jobs\/h/, 'Whole pieces of work that ended, per hour of the window'],
  [/^Requests known$/, 'Requests of which the server told cached tokens'],
  [/^CPU, cores$/, 'CPU seconds of the client per second'],
  [/^KV use/, 'Share of the KV cache in use'],
  [/^Preemptions$/, 'Times that a running request lost its memory'],
  [/^(Running|Waiting)/, 'Requests over all engines, by time'],
  [/^Lanes$/, 'Agents at work at the same time'],
  [/^Seeds$/, 'Runs that differ in nothing but the seed'],
]
