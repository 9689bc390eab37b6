import type { HostLock, HostPages } from './host-pages.ts'
import type { PageRun, PageStore } from './page-store.ts'
import type { RadixNode } from './radix-node.ts'

/** Pages that are written, and read, together. Source: STORAGE_BATCH_SIZE of `mem_cache/hicache_storage.py`, SGLang 0.5.23. */
export const batchPages = 128

interface Backup {
  readonly run: PageRun
  readonly lock: HostLock
  /** The host has it from then on. */
  readonly fromMs: number
}

/**
 * Nodes that the host has and storage is given, one after the other, a batch at a time. The host gives none of them up before that.
 *
 * Source: `write_backup_storage` of `unified_radix_cache.py` and `_page_backup` of `cache_controller.py`, SGLang 0.5.23.
 */
export class StorageBackups {
  readonly #store: PageStore
  readonly #host: HostPages
  #waiting: Backup[] = []
  #isWriting = false
  #written: { readonly lock: HostLock; readonly atMs: number }[] = []
  /** Grows when everything is forgotten. */
  #era = 0

  constructor(store: PageStore, host: HostPages) {
    this.#store = store
    this.#host = host
  }

  /** A node that the host has from `fromMs` on. */
  add(node: RadixNode, nowMs: number, fromMs = nowMs): void {
    const { keys, from, to } = node
    this.#waiting.push({ run: { keys, from, to }, lock: this.#host.lock(node), fromMs })
    if (!this.#isWriting) this.#next(nowMs)
  }

  /** The time at which the next step is scheduled. */
  advance(nowMs: number): void {
    this.#store.advance(nowMs)
    const written = this.#written.filter(({ atMs }) => atMs <= nowMs)
    if (written.length === 0) return
    this.#written = this.#written.filter(({ atMs }) => atMs > nowMs)
    for (const { lock } of written) this.#host.unlock(lock)
  }

  /** The tree has forgotten everything; what is under way comes to the storage all the same. */
  forget(): void {
    this.#era += 1
    this.#waiting = []
    this.#written = []
    this.#isWriting = false
  }

  #next(atMs: number): void {
    const backup = this.#waiting.shift()
    this.#isWriting = backup !== undefined
    if (backup) this.#write(backup, backup.run.from, atMs)
  }

  #write(backup: Backup, from: number, atMs: number): void {
    const { run, lock, fromMs } = backup
    const to = Math.min(run.to, from + batchPages)
    const era = this.#era
    const arrived = (endMs: number, isWhole: boolean) => {
      if (era !== this.#era) return
      if (isWhole && to < run.to) this.#write(backup, to, endMs)
      else {
        this.#written.push({ lock, atMs: endMs })
        this.#next(endMs)
      }
    }
    this.#store.write(atMs, { keys: run.keys, from, to }, arrived, Math.max(0, fromMs - atMs))
  }
}
