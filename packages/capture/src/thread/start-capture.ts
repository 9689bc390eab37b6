import { bindToolSocket, type ToolSocket, type ToolSocketOptions } from '../proxy/bind-tool-socket.ts'
import { type ProxyOptions, type RunningProxy, startProxy } from '../proxy/start-proxy.ts'
import type { RecorderOptions } from '../recorder.ts'
import { makeShardFolder } from '../shards/make-shard-folder.ts'
import type { ToolEvents } from '../tools/parse-tool-events.ts'
import { type Recording, type RecordingOptions, startRecording } from './start-recording.ts'

export interface CaptureOptions
  extends Pick<ProxyOptions, 'host' | 'port' | 'upstream' | 'onRefused'>,
    Omit<RecordingOptions, 'recorder' | 'now'> {
  readonly recorder: Omit<RecorderOptions, 'originUnixMs' | 'upstream'>
  /** Absent: harnesses tell of their tools over HTTP alone. */
  readonly toolSocket?: Pick<ToolSocketOptions, 'host' | 'port' | 'topic'>
  /** A harness whose messages cannot be read, in words. */
  readonly onToolsRefused: (message: string) => void
}

/** What harnesses have told of their tools. */
export interface ToolCounts {
  readonly accepted: number
  readonly rejected: number
}

/** A proxy that records: what goes through it, and what was recorded so far. */
export interface Capture extends Pick<RunningProxy, 'url' | 'counts'>, Pick<Recording, 'progress'> {
  /** Where harnesses push what they tell of their tools. */
  readonly toolAddress?: string
  toolCounts(): ToolCounts
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
  toolSocket,
  onToolsRefused,
  ...recording
}: CaptureOptions): Promise<Capture> {
  await makeShardFolder(recording.folder)
  const now = () => performance.now()
  const { record, tools, progress, close } = await startRecording({
    ...recording,
    now,
    recorder: { ...recorder, originUnixMs: performance.timeOrigin, upstream: `${upstream.origin}${upstream.prefix}` },
  })
  const told = { accepted: 0, rejected: 0 }
  const onTools = ({ events, rejected }: ToolEvents) => {
    told.accepted += events.length
    told.rejected += rejected
    if (events.length > 0) tools(events)
  }
  let bound: ToolSocket | undefined
  try {
    bound = toolSocket && (await bindToolSocket({ ...toolSocket, onTools, onRefused: onToolsRefused }))
    const proxy = await startProxy({ host, port, upstream, now, record, onTools, onRefused })
    return {
      ...{ url: proxy.url, counts: proxy.counts, progress, toolCounts: () => ({ ...told }) },
      ...(bound && { toolAddress: bound.address }),
      close: async (cut) => {
        await proxy.close(cut)
        await bound?.close()
        return close()
      },
    }
  } catch (error) {
    await bound?.close()
    await close()
    throw error
  }
}
