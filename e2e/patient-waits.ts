import { vi } from 'vitest'

/** Vitest gives up after a second, which a busy machine can take for anything. A wait ends when what it waits for is there. */
const patienceMs = 20_000

const patient = Symbol.for('reprise.patient-waits')
const marked = vi as typeof vi & { [patient]?: true }
if (!marked[patient]) {
  const { waitFor } = vi
  vi.waitFor = (callback, options = {}) =>
    waitFor(callback, typeof options === 'number' ? options : { timeout: patienceMs, ...options })
  marked[patient] = true
}
