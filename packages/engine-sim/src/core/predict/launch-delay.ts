import { type Deployment, placedOf } from '../roofline/deployment.ts'
import { launchStopsAll, promptLaunchMs } from '../roofline/layer-launch.ts'
import { rooflineDuration } from '../roofline/roofline-duration.ts'
import { contextTokensOf } from '../step-time/step-work.ts'

/** Milliseconds that the first token of a prompt is late beyond its kernels, since the host launches them; 0 where steps last as long as that already. */
export function launchDelayMs(deployment: Deployment, promptTokens: number): number {
  const placed = placedOf(deployment)
  if (launchStopsAll(placed)) return 0
  const prefillContextTokens = contextTokensOf(promptTokens, 0)
  const kernelsMs = rooflineDuration(placed)({
    ...{ prefillTokens: promptTokens, prefillContextTokens },
    ...{ decodes: 0, decodeContextTokens: 0 },
  })
  return Math.max(0, promptLaunchMs(placed) - kernelsMs)
}
