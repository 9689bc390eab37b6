import type { ServingSettings } from '@reprise/engine-sim/core'
import type { EngineName } from './served-job.ts'
import type { ServerFlags } from './server-flags.ts'

type Reading = (flags: ServerFlags) => Partial<ServingSettings>

const number =
  (flag: string, name: keyof ServingSettings): Reading =>
  (flags) => {
    const value = flags.get(flag)
    return value === undefined ? {} : { [name]: Number(value) }
  }
const present =
  (flag: string, name: keyof ServingSettings, value: boolean): Reading =>
  (flags) =>
    flags.has(flag) ? { [name]: value } : {}
const word =
  (flag: string, name: keyof ServingSettings): Reading =>
  (flags) => {
    const value = flags.get(flag)
    return value === undefined ? {} : { [name]: value }
  }

/** Which flags decide what; the others of a recipe choose kernels, parsers and ports, and change no schedule. */
const readings: Readonly<Record<EngineName, readonly Reading[]>> = {
  // Its settings stand in files that no recipe has.
  trtllm: [],
  vllm: [
    number('--max-num-seqs', 'maxSequences'),
    number('--max-num-batched-tokens', 'tokensPerStep'),
    number('--gpu-memory-utilization', 'memoryShare'),
    number('--max-model-len', 'maxModelLen'),
    number('--block-size', 'blockSize'),
    number('--long-prefill-token-threshold', 'longPrefillTokenThreshold'),
    number('--prefill-schedule-interval', 'prefillScheduleInterval'),
    present('--long-prefill-token-threshold-adaptive', 'longPrefillTokenThresholdAdaptive', true),
    number('--max-num-active-seqs', 'maxActiveSequences'),
    word('--scheduling-policy', 'schedulingPolicy'),
    present('--enable-prefix-caching', 'enablePrefixCaching', true),
    present('--no-enable-prefix-caching', 'enablePrefixCaching', false),
    present('--async-scheduling', 'asyncScheduling', true),
    present('--no-async-scheduling', 'asyncScheduling', false),
  ],
  sglang: [
    number('--max-running-requests', 'maxSequences'),
    number('--chunked-prefill-size', 'tokensPerStep'),
    number('--max-prefill-tokens', 'maxPrefillTokens'),
    number('--mem-fraction-static', 'memoryShare'),
    number('--context-length', 'maxModelLen'),
    number('--page-size', 'blockSize'),
    word('--schedule-policy', 'schedulePolicy'),
    number('--scheduler-recv-interval', 'recvInterval'),
    present('--enable-hierarchical-cache', 'hicache', true),
    number('--hicache-ratio', 'hicacheRatio'),
    number('--hicache-size', 'hicacheGb'),
    word('--hicache-write-policy', 'hicacheWritePolicy'),
    word('--hicache-storage-backend', 'hicacheStorage'),
    word('--hicache-storage-prefetch-policy', 'hicachePrefetchPolicy'),
    present('--disable-radix-cache', 'enablePrefixCaching', false),
    present('--disable-overlap-schedule', 'enableOverlap', false),
    present('--enable-mixed-chunk', 'enableMixedChunk', true),
  ],
}

/** What the flags of a server say of its schedule, or why they cannot be honoured. */
export function servingSettingsOf(engine: EngineName, flags: ServerFlags): ServingSettings | string {
  const settings: ServingSettings = Object.assign({}, ...readings[engine].map((reading) => reading(flags)))
  const odd = Object.entries(settings).find(([, value]) => typeof value === 'number' && !Number.isFinite(value))
  if (odd) return `${odd[0]} is no number in its flags`
  // SGLang checks a chunk of -1 as no chunks.
  return settings.tokensPerStep === -1 ? { ...settings, tokensPerStep: 0 } : settings
}
