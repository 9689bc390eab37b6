import { z } from 'zod'

const count = z.int().nonnegative()

/** Sessions of an open load: as many as the plan has, whatever became of them. */
export const ArrivalCounts = z.strictObject({
  planned: count,
  /** Whose first request left. */
  sent: count,
  /** Of those, later than the limit of `dispatch_delay` allows. */
  late: count,
  /** Whose first request was due while the run was on, and never left: the client did not come to it. */
  unsent: count,
})
export type ArrivalCounts = z.infer<typeof ArrivalCounts>
