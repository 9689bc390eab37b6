/** What happened in a run over its time, in equal steps from 0 on. */
export interface RunSeries {
  readonly stepMs: number
  /** By name, a value for each step; -1 where there is none, since every true value is at least 0. */
  readonly lines: Readonly<Partial<Record<SeriesName, readonly number[]>>>
}

export type SeriesName =
  | 'ttftP50Ms'
  | 'ttftP90Ms'
  | 'tpotP50Ms'
  | 'inFlight'
  | 'outputPerS'
  | 'hitShare'
  /** Of prompt tokens: where a cache behind the device or evictions are told. */
  | 'deviceShare'
  | 'hostShare'
  | 'diskShare'
  | 'recomputedShare'
  | 'computedShare'
  | 'inputTokens'
  | 'inputP10Tokens'
  | 'inputP90Tokens'
  | 'tokensInFlight'
  | 'serverRunning'
  | 'serverWaiting'
  | 'kvUse'
  /** Of the accelerators, each by itself. */
  | 'gpuPowerW'
  | 'gpuPowerLeastW'
  | 'gpuPowerMostW'
