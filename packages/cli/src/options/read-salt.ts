import { randomBytes } from 'node:crypto'
import { lstat, mkdir, open, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { printable } from '@reprise/safe-text'
import { readPlainFile, UnreadableFile } from '@reprise/trace/plain-file'
import { UsageError } from '../terminal/exit-codes.ts'

/** A secret that pseudonyms are made with, and where it comes from in words. */
export interface Salt {
  readonly text: string
  readonly from: string
  /** Made just now. */
  readonly isNew: boolean
}

export const saltVariable = 'REPRISE_TRACE_SALT'

/**
 * The salt: of the file, else of the environment, else of a file of the user's own. A file that is not there is made, with 256 bits of chance, for the user
 * alone.
 *
 * @throws UsageError when it is too short to be secret, when others may read the file, or when the file cannot be read or made.
 */
export async function readSalt(
  file: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Salt> {
  const variable = environment[saltVariable]
  if (file === undefined && variable !== undefined)
    return { text: longEnough(variable, saltVariable), from: `the variable ${saltVariable}`, isNew: false }
  const path = file ?? join(environment.XDG_CONFIG_HOME || join(homedir(), '.config'), 'reprise', 'trace-salt')
  const isNew = (await lstat(path).catch(() => undefined)) === undefined
  if (isNew) await makeSalt(path)
  return { text: await saltOf(path), from: path, isNew }
}

const fewestCharacters = 16
const limit = { maxBytes: 4096, cure: 'name a file that holds a salt alone' }

async function saltOf(path: string): Promise<string> {
  try {
    const text = (await readPlainFile(path, limit)).toString('utf8').trim()
    if (((await stat(path)).mode & 0o077) === 0) return longEnough(text, path)
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error
    throw new UsageError(`${printable(path, 300)}: ${error.message}`)
  }
  throw new UsageError(`${printable(path, 300)}: others than you may read this salt; take that away with chmod 600`)
}

function longEnough(text: string, from: string): string {
  if (text.length >= fewestCharacters) return text
  throw new UsageError(
    `${printable(from, 300)}: a salt of fewer than ${fewestCharacters} characters can be guessed; write a longer one, or let one be made`,
  )
}

async function makeSalt(path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(`${randomBytes(32).toString('hex')}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
    // Another command may have made it meanwhile.
    if (code === 'EEXIST') return
    throw new UsageError(
      `${printable(path, 300)}: no salt can be kept there (${code}); name another place with --salt-file, or set ${saltVariable}`,
    )
  }
}
