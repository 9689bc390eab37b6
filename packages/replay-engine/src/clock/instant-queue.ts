import type { Cancel } from './clock.ts'

interface Appointment {
  readonly atMs: number
  readonly sequence: number
  /** Gone once it has been taken or cancelled. */
  run: (() => void) | undefined
}

/**
 * Callbacks in the order of their instants; equal instants in the order they were added.
 *
 * A binary heap. Cancelled entries stay in it until they surface or outnumber the live ones, so that taking one back is cheap.
 */
export class InstantQueue {
  #heap: Appointment[] = []
  #sequence = 0
  #cancelled = 0

  /** @throws RangeError when the instant is not a finite number. */
  add(atMs: number, run: () => void): Cancel {
    if (!Number.isFinite(atMs)) throw new RangeError(`an instant must be a finite number of milliseconds, not ${atMs}`)
    const appointment: Appointment = { atMs, sequence: this.#sequence, run }
    this.#sequence += 1
    this.#heap.push(appointment)
    this.#rise(this.#heap.length - 1)
    return () => this.#cancel(appointment)
  }

  /** Instant of the next callback; absent when none is left. */
  nextMs(): number | undefined {
    while (this.#heap.length > 0 && this.#heap[0]!.run === undefined) {
      this.#removeTop()
      this.#cancelled -= 1
    }
    return this.#heap[0]?.atMs
  }

  /** Removes the next callback and returns it. Only after `nextMs` gave an instant. */
  take(): () => void {
    const top = this.#removeTop()
    const run = top.run!
    top.run = undefined
    return run
  }

  #cancel(appointment: Appointment): void {
    if (!appointment.run) return
    appointment.run = undefined
    this.#cancelled += 1
    if (this.#cancelled > 64 && this.#cancelled * 2 > this.#heap.length) this.#sweep()
  }

  #sweep(): void {
    // An array in sorted order is a heap.
    this.#heap = this.#heap.filter(({ run }) => run).sort((a, b) => (comesBefore(a, b) ? -1 : 1))
    this.#cancelled = 0
  }

  #removeTop(): Appointment {
    const top = this.#heap[0]!
    const last = this.#heap.pop()!
    if (last !== top) {
      this.#heap[0] = last
      this.#sink()
    }
    return top
  }

  #rise(from: number): void {
    const heap = this.#heap
    const moving = heap[from]!
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!comesBefore(moving, heap[parent]!)) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = moving
  }

  #sink(): void {
    const heap = this.#heap
    const moving = heap[0]!
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && comesBefore(heap[child + 1]!, heap[child]!)) child += 1
      if (!comesBefore(heap[child]!, moving)) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = moving
  }
}

function comesBefore(a: Appointment, b: Appointment): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.sequence < b.sequence)
}
