/** How the Hub is reached. */
export interface HubSettings {
  /** Default: the public one. */
  readonly endpoint?: string
  /** For data sets that are not public. It is sent to the endpoint alone, and is in no message. */
  readonly token?: string
  /** What was fetched stays here, by data set and commit. */
  readonly cacheFolder: string
  /** Ask nobody: what is in the cache must do. */
  readonly offline?: boolean
  readonly signal?: AbortSignal
  /** Before a try is repeated; default: half a second, doubled each time. */
  readonly retryMs?: number
  readonly onProgress?: (progress: HubProgress) => void
}

export interface HubProgress {
  readonly file: string
  readonly bytesDone: number
  readonly bytes: number
}

export const publicHub = 'https://huggingface.co'
