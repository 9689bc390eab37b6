import type { RecorderOptions, RecorderTotals } from '../recorder.ts'
import type { ShardCounts, ShardOptions } from '../shards/shard-writer.ts'
import type { ToolEvent } from '../tools/parse-tool-events.ts'
import type { LostReason, TapeBatch } from './tape-entry.ts'

/** What the recording thread is started with. */
export interface RecordingSettings
  extends Pick<ShardOptions, 'folder' | 'rollBytes' | 'rollLines' | 'bufferBytes' | 'packed'> {
  readonly recorder: RecorderOptions
  readonly flushEveryMs: number
}

/** To the recording thread. */
export type ToRecording =
  | { readonly kind: 'batch'; readonly batch: TapeBatch }
  | { readonly kind: 'tools'; readonly events: readonly ToolEvent[] }
  | { readonly kind: 'close' }

/** From the recording thread. */
export type FromRecording =
  /** It takes batches; those that came before waited. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'released'; readonly bytes: number }
  | { readonly kind: 'disk'; readonly refusal: string | undefined }
  /** At every flush; `closed`: the last one, and everything is on the disk. */
  | { readonly kind: 'progress' | 'closed'; readonly progress: RecordingProgress }

export interface RecordingProgress {
  readonly totals: RecorderTotals
  readonly shards: ShardCounts
  readonly lost: Readonly<Record<LostReason, number>>
}
