/** What a million tokens cost, US dollars; `undefined` where something that it takes is not known, or nothing came. */
export function usdPerMillion({
  usdPerGpuHour,
  gpus,
  tokensPerS,
}: {
  readonly usdPerGpuHour: number | undefined
  readonly gpus: number | undefined
  readonly tokensPerS: number | undefined
}): number | undefined {
  if (!usdPerGpuHour || !gpus || !tokensPerS) return undefined
  return (usdPerGpuHour * gpus * 1e6) / (tokensPerS * 3_600)
}
