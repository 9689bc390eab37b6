import type { Scheduler } from '../steps/scheduler.ts'

/** One step, scheduled and committed: `id tokens@computed`, with `+` where new, then what was taken away and what is left. */
export function step(scheduler: Scheduler): string {
  const plan = scheduler.schedule(0)
  const entries = plan.sequences.map(
    ({ request }, at) => `${request.id}${plan.isNew[at] ? '+' : ''} ${plan.tokens[at]}@${plan.computedBefore[at]}`,
  )
  const preempted = plan.preempted.map(({ sequence }) => ` -${sequence.request.id}`)
  const { running, waiting, freeBlocks } = scheduler.counts
  const text = `${entries.join(', ')}${preempted.join('')} | R${running} W${waiting} free ${freeBlocks}`
  scheduler.commit({ tokens: () => {}, finished: () => {} })
  return text
}
