/** Rows of a Mooncake trace: so many sessions of one turn, none with a block of another. */
export function oneTurnRows(sessions: number): string {
  return rows(Array.from({ length: sessions }, (_, i) => ({ timestamp: i, input: 64, output: 1, blocks: [i] })))
}

/**
 * Ten minutes of sessions that begin every half second and have three turns each, four seconds apart; the prompt of each turn goes on from the
 * one before.
 */
export function tenMinutes(): string {
  const turns = Array.from({ length: 1_200 }, (_, session) =>
    [0, 1, 2].map((turn) => ({
      timestamp: Math.min(599_999, session * 500 + turn * 4_000),
      session: `s${session}`,
      input: 512 * (turn + 1),
      output: 8,
      blocks: Array.from({ length: turn + 1 }, (_, block) => session * 3 + block),
    })),
  )
  return rows(turns.flat().sort((one, other) => one.timestamp - other.timestamp))
}

interface Row {
  readonly timestamp: number
  readonly session?: string
  readonly input: number
  readonly output: number
  readonly blocks: readonly number[]
}

function rows(all: readonly Row[]): string {
  return all
    .map(({ timestamp, session, input, output, blocks }) =>
      JSON.stringify({
        timestamp,
        ...(session !== undefined && { session_id: session }),
        ...{ input_length: input, output_length: output, hash_ids: blocks },
      }),
    )
    .join('\n')
}
