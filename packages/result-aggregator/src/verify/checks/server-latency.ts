import { renderMs } from '../../measure/wording.ts'
import type { BothSides } from '../../result/server-side.ts'
import { fail, notChecked, pass } from '../../result/verification.ts'
import type { PhysicsCheck } from '../evidence/verify-evidence.ts'

/** The two sides may have counted other requests by a twentieth, whose latencies are anybody's. */
const slackShare = 0.25
const slackMs = 10

/** A client sees no reply sooner than its server gives it: of the same requests the mean here is not below the mean there. */
export const serverLatency: PhysicsCheck = ({ built: { server } }) => {
  const { ttft, e2e } = server?.besideClient ?? {}
  const compared = [['TTFT', ttft] as const, ['whole latency', e2e] as const].flatMap(([what, sides]) =>
    sides?.outsideMs === undefined ? [] : [{ what, sides }],
  )
  if (compared.length === 0)
    return notChecked('the server tells no latencies, or those of other requests than the client sent')
  const words = compared.map(({ what, sides }) => renderSides(what, sides))
  const wrong = compared.filter(
    ({ sides: { outsideMs = 0, serverMs } }) => -outsideMs > slackShare * serverMs + slackMs,
  )
  if (wrong.length === 0) return pass(words.join('; '))
  return fail(
    `${wrong.map(({ what, sides }) => renderSides(what, sides)).join('; ')}: no reply reaches a client before its server gives it`,
  )
}

function renderSides(what: string, { clientMs, serverMs }: BothSides): string {
  return `mean ${what} ${renderMs(clientMs)} here, ${renderMs(serverMs)} there`
}
