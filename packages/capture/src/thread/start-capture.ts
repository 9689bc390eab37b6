import { type ProxyOptions, type RunningProxy, startProxy } from '../proxy/start-proxy.ts'
import type { RecorderOptions } from '../recorder.ts'
import { makeShardFolder } from '../shards/make-shard-folder.ts'
import { type Recording, type RecordingOptions, startRecording } from './start-recording.ts'

export interface CaptureOptions
  extends Pick<ProxyOptions, 'host' | 'port' | 'upstream' | 'onRefused'>,
    Omit<RecordingOptions, 'recorder' | 'now'> {
  readonly recorder: Omit<RecorderOptions, 'originUnixMs' | 'upstream'>
}

/** A proxy that records: what goes through it, and what was recorded so far. */
export interface Capture extends Pick<RunningProxy, 'url' | 'counts'>, Pick<Recording, 'progress'> {
  /** See `RunningProxy` for `cut`. Resolves when all records are on the disk. */
  close(cut: AbortSignal): ReturnType<Recording['close']>
}

/**
 * Starts a proxy in front of `upstream` and the thread that records what goes through it.
 *
 * @throws ListenError, ShardFolderError
 */
export async function startCapture({
  host,
  port,
  upstream,
  onRefused,
  recorder,
  ...recording
}: CaptureOptions): Promise<Capture> {
  await makeShardFolder(recording.folder)
  const now = () => performance.now()
  const { record, tools, progress, close } = await startRecording({
    ...recording,
    now,
    recorder: { ...recorder, originUnixMs: performance.timeOrigin, upstream: `${upstream.origin}${upstream.prefix}` },
  })
  try {
    const proxy = await startProxy({ host, port, upstream, now, record, onTools: tools, onRefused })
    return {
      url: proxy.url,
      counts: proxy.counts,
      progress,
      close: async (cut) => {
        await proxy.close(cut)
        return close()
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}
