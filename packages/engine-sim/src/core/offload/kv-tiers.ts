import type { KvOffload } from './kv-offload-config.ts'
import { SharedLink } from './shared-link.ts'
import { TierStore } from './tier-store.ts'

/** What the tiers have of a prompt behind the blocks that the device has. */
export interface TierHit {
  /** Where it ends, in blocks of the prompt. */
  readonly endBlock: number
  /** Blocks before that end that the device lacks, by where they come from. */
  readonly hostBlocks: number
  readonly diskBlocks: number
  /** Chunks to be moved. */
  readonly hostKeys: readonly number[]
  readonly diskKeys: readonly number[]
}

/**
 * Host memory and disk behind the cache of a device: what they hold, and how long it takes to come and go.
 *
 * A chunk is told by the key of its last block, which is chained. What is written to the host is written on to the disk; what is read from the
 * disk goes through the host. A store for which there is no room is left out.
 *
 * Source: the rules of vLLM's `v1/kv_offload` (`cpu/manager.py`), chunks as of LMCache; ../shared/spec/engine-sim.md 1.5.
 */
export class KvTiers {
  readonly #chunkBlocks: number
  readonly #chunkBytes: number
  readonly #host: TierStore
  readonly #disk: TierStore | undefined
  readonly #toDevice: SharedLink
  readonly #toHost: SharedLink
  readonly #fromDisk: SharedLink | undefined
  readonly #toDisk: SharedLink | undefined
  #loads = 0
  /** Bytes that were moved to the device, and away from it. */
  loadedBytes = 0
  storedBytes = 0

  constructor({ hostBlocks, tokenBytes, chunkBlocks = 1, host, disk }: KvOffload, blockSize: number) {
    this.#chunkBlocks = chunkBlocks
    this.#chunkBytes = tokenBytes * blockSize * chunkBlocks
    this.#host = new TierStore(Math.floor(hostBlocks / chunkBlocks))
    this.#toDevice = new SharedLink(host)
    this.#toHost = new SharedLink(host)
    if (!disk) return
    this.#disk = new TierStore(Math.floor(disk.blocks / chunkBlocks))
    this.#fromDisk = new SharedLink(disk)
    this.#toDisk = new SharedLink(disk)
  }

  /** Chunks in each tier, those that are being written included. */
  get chunks(): { readonly host: number; readonly disk: number } {
    return { host: this.#host.size, disk: this.#disk?.size ?? 0 }
  }

  /** Next instant at which a load may have got further; undefined while there is none. */
  get nextMs(): number | undefined {
    if (this.#loads === 0) return undefined
    const next = Math.min(
      this.#toDevice.nextMs ?? Number.POSITIVE_INFINITY,
      this.#fromDisk?.nextMs ?? Number.POSITIVE_INFINITY,
    )
    return Number.isFinite(next) ? next : undefined
  }

  advance(nowMs: number): void {
    this.#toHost.advance(nowMs)
    this.#toDisk?.advance(nowMs)
    this.#fromDisk?.advance(nowMs)
    this.#toDevice.advance(nowMs)
  }

  /** What it has of a prompt from block `from` on, of the first `most` blocks, without a gap; undefined where that is nothing. */
  find(keyOf: (block: number) => number, from: number, most: number): TierHit | undefined {
    const size = this.#chunkBlocks
    const hit = { endBlock: from, hostBlocks: 0, diskBlocks: 0, hostKeys: [] as number[], diskKeys: [] as number[] }
    for (let end = (Math.floor(from / size) + 1) * size; end <= most; end += size) {
      const key = keyOf(end - 1)
      const inHost = this.#host.has(key)
      if (!inHost && !this.#disk?.has(key)) break
      const blocks = end - hit.endBlock
      if (inHost) hit.hostBlocks += blocks
      else hit.diskBlocks += blocks
      const keys = inHost ? hit.hostKeys : hit.diskKeys
      keys.push(key)
      hit.endBlock = end
    }
    return hit.endBlock > from ? hit : undefined
  }

  /** Moves what was found to the device; `done` is called when the last of it is there. */
  load(nowMs: number, { hostKeys, diskKeys }: TierHit, done: () => void): void {
    this.#loads += 1
    // Before room is made for what comes from the disk.
    for (const key of hostKeys) this.#host.hold(key)
    for (const key of diskKeys) this.#disk!.hold(key)
    for (const key of [...diskKeys, ...hostKeys].toReversed())
      for (const tier of [this.#disk, this.#host]) tier?.touch(key)
    const staged = diskKeys.filter((key) => !this.#host.knows(key) && this.#host.reserve(key))
    const bytes = (hostKeys.length + diskKeys.length) * this.#chunkBytes
    const toDevice = (atMs: number) => {
      for (const key of diskKeys) this.#disk!.letGo(key)
      for (const key of staged) {
        this.#host.ready(key)
        this.#host.hold(key)
      }
      this.#toDevice.start(atMs, bytes, () => {
        for (const key of [...hostKeys, ...staged]) this.#host.letGo(key)
        this.#loads -= 1
        this.loadedBytes += bytes
        done()
      })
    }
    if (diskKeys.length === 0) toDevice(nowMs)
    else this.#fromDisk!.start(nowMs, diskKeys.length * this.#chunkBytes, toDevice)
  }

  /** Whether the end of a block is that of a chunk, so that its key stands for one. */
  endsChunk(block: number): boolean {
    return (block + 1) % this.#chunkBlocks === 0
  }

  /** Copies chunks to the host that it does not have, as far as there is room. */
  store(nowMs: number, keys: readonly number[]): void {
    const wanted = keys.filter((key) => !this.#host.knows(key) && this.#host.reserve(key))
    if (wanted.length === 0) return
    const bytes = wanted.length * this.#chunkBytes
    this.#toHost.start(nowMs, bytes, (atMs) => {
      for (const key of wanted) this.#host.ready(key)
      this.storedBytes += bytes
      this.#storeOnDisk(atMs, wanted)
    })
  }

  #storeOnDisk(nowMs: number, keys: readonly number[]): void {
    const disk = this.#disk
    const wanted = disk ? keys.filter((key) => !disk.knows(key) && disk.reserve(key)) : []
    if (!disk || wanted.length === 0) return
    this.#toDisk!.start(nowMs, wanted.length * this.#chunkBytes, () => {
      for (const key of wanted) disk.ready(key)
    })
  }
}
