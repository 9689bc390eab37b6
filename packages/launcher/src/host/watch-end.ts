import { printable } from '@reprise/safe-text'
import { z } from 'zod'
import type { ServerEnd } from './host.ts'
import { readSmallFile } from './read-small-file.ts'

/** As the system calls it. A log and its neighbours may be written by anybody, so nothing else is taken for one. */
const SignalName = z.string().regex(/^SIG[A-Z0-9]{1,16}$/)

const pollMs = 100

const Told = z.object({
  exitCode: z.int().optional(),
  signal: SignalName.optional(),
  cause: z.string().max(1_000).optional(),
})

/** Resolves with the first end that is found. The waiting keeps no process alive. */
export function watchEnd(find: () => ServerEnd | undefined): Promise<ServerEnd> {
  return new Promise((resolve) => {
    const look = () => {
      const end = find()
      if (end) resolve(end)
      return end !== undefined
    }
    if (look()) return
    const timer = setInterval(() => look() && clearInterval(timer), pollMs)
    timer.unref()
  })
}

/** What a keeper wrote of how its server ended; undefined when it has not written yet, `{}` when nobody can read it. */
export function readEnd(endFile: string): ServerEnd | undefined {
  try {
    const { exitCode, signal, cause } = Told.parse(JSON.parse(readSmallFile(endFile)))
    return {
      ...(exitCode !== undefined && { exitCode }),
      ...(signal !== undefined && { signal }),
      ...(cause !== undefined && { cause: printable(cause, 500) }),
    }
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : {}
  }
}
