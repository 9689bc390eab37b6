/** What GitHub takes: jobs of one matrix, and characters of one job output (documented as 1 MB; a tenth is kept free). */
export const defaultShardLimits: ShardLimits = { maxJobs: 256, maxBytes: 900_000 }

export interface ShardLimits {
  readonly maxJobs: number
  /** UTF-8 bytes of a shard as compact JSON. */
  readonly maxBytes: number
}

/** A run of consecutive rows, small enough for one matrix. */
export interface Shard<T> {
  readonly index: number
  readonly rows: readonly T[]
  readonly bytes: number
}

/**
 * The rows in as few consecutive shards as the limits allow, none empty, order kept: joined, they are the rows again.
 *
 * @throws RangeError if a single row is larger than a shard may be, or a limit is not positive.
 */
export function shardRows<T>(rows: readonly T[], limits: ShardLimits = defaultShardLimits): Shard<T>[] {
  if (limits.maxJobs < 1 || limits.maxBytes < 1) throw new RangeError('a shard has to hold at least one job')
  const shards: { rows: T[]; bytes: number }[] = []
  for (const [i, row] of rows.entries()) {
    const bytes = Buffer.byteLength(JSON.stringify(row), 'utf8')
    if (bytes + 2 > limits.maxBytes)
      throw new RangeError(`row ${i} alone has ${bytes} bytes; a shard takes ${limits.maxBytes}`)
    const current = shards.at(-1)
    // brackets around, a comma between
    if (current && current.rows.length < limits.maxJobs && current.bytes + bytes + 1 <= limits.maxBytes) {
      current.rows.push(row)
      current.bytes += bytes + 1
    } else shards.push({ rows: [row], bytes: bytes + 2 })
  }
  return shards.map((shard, index) => ({ index, ...shard }))
}
