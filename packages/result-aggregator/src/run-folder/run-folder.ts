import { printable } from '@reprise/safe-text'

/** The files of a run, by what they hold. `results.json` and `manifest.json` can be made again from the others; `run.lock` lies there only while somebody writes. */
export const runFiles = {
  header: 'run.json',
  plan: 'plan.json',
  records: 'records.jsonl',
  phases: 'phases.jsonl',
  serverMetrics: 'server-metrics.jsonl',
  power: 'power.jsonl',
  command: 'command.txt',
  fidelity: 'fidelity.json',
  result: 'results.json',
  manifest: 'manifest.json',
  attestation: 'attestation.json',
  lock: 'run.lock',
} as const

/** A run folder cannot be written or read; the message names the file, what is wrong and what to do. */
export class RunFolderError extends Error {
  override readonly name: string = 'RunFolderError'
  readonly file: string
  readonly problem: string
  /** There is no such file. */
  readonly isMissing: boolean

  constructor(file: string, problem: string, cure = '', { isMissing = false } = {}) {
    super(`${printable(file, 400)}: ${problem}. ${cure}`.trimEnd())
    this.file = file
    this.problem = problem
    this.isMissing = isMissing
  }
}

/** The disk under the run folder gave out: whoever runs the host can act. What was written until then stays. */
export class DiskError extends RunFolderError {
  // The name decides who is told to act.
  override readonly name: string = 'DiskError'
}

/** What the operating system refused, in words. Errors that are not the system's are bugs and come back as they are. */
export function asRunFolderError(file: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const [problem, cure] = (code !== undefined && systemErrors[code]) || []
  if (problem !== undefined && cure !== undefined) {
    return new (code && diskCodes.has(code) ? DiskError : RunFolderError)(file, problem, cure, {
      isMissing: code === 'ENOENT',
    })
  }
  return code?.startsWith('E')
    ? new RunFolderError(file, `the system says ${code}`, 'Check the disk and try again.')
    : error
}

const diskCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO', 'EMFILE'])

const systemErrors: Record<string, readonly [problem: string, cure: string] | undefined> = {
  ENOENT: ['no such file', 'Give the folder that a run was written to, the one that holds run.json.'],
  ELOOP: ['a link stands where the file should be', 'Put the file itself there, or give another folder.'],
  ENOTDIR: ['a part of the path is a file, not a folder', 'Give another folder.'],
  EEXIST: ['a file of this name stands where the folder should be', 'Give another folder.'],
  ENXIO: ['a socket or a device stands where the file should be', 'Move it away or give another folder.'],
  EISDIR: ['a folder stands where the file should be', 'Move it away or give another folder.'],
  EACCES: ['no permission', 'Change its permissions or give another folder.'],
  EPERM: ['no permission', 'Change its permissions or give another folder.'],
  EROFS: ['the disk can only be read', 'Give a folder on another disk.'],
  ENOSPC: ['the disk is full', 'Free some space; what was written until now can still be used.'],
  EDQUOT: ['the disk quota is used up', 'Free some space; what was written until now can still be used.'],
  EFBIG: [
    'the file may not grow any more',
    'Raise the limit (ulimit -f); what was written until now can still be used.',
  ],
  EIO: ['the disk failed', 'Check the disk; what was written until now may still be readable.'],
  EMFILE: ['too many files are open', 'Raise the limit (ulimit -n) and try again.'],
}
