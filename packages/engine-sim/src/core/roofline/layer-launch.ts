import type { Placed } from './deployment.ts'

/** Milliseconds that the host takes to launch the kernels of one prompt. */
export function promptLaunchMs({ model, launchUs, pp }: Placed): number {
  const { experts, layers, denseLayers, attention } = model
  const withExperts = experts ? layers - Math.min(denseLayers, layers) : 0
  return (withExperts * launchUs.experts + (attention.linear?.layers ?? 0) * launchUs.linear) / 1e3 / pp
}

/**
 * Whether all that run wait until a prompt's kernels are launched. In SGLang they do, since prompts have steps of their own. In the others replies go on meanwhile, as the time per token
 * of measured rows says, and only the prompt's own first token is late.
 */
export function launchStopsAll({ framework }: Placed): boolean {
  return framework === 'sglang'
}
