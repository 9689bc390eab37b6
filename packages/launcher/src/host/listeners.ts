import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/**
 * Inodes of the sockets that take what this machine sends to 127.0.0.1 at a port; none where the system does not tell.
 *
 * Source: proc_pid_net(5): addresses in hexadecimal, each word in the byte order of the host; state 0A is listening.
 */
export function readListeners(port: number): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0')
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    linesOf(file).flatMap((line) => {
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/)
      const [address = '', at] = local?.split(':') ?? []
      return state === '0A' && at === wanted && inode !== undefined && loopback.has(address) ? [inode] : []
    }),
  )
}

/** 127.0.0.1 and every address, in both families and byte orders. */
const loopback: ReadonlySet<string> = new Set(
  ['00000000', '0100007F', '7F000001'].flatMap((address) => [
    address,
    `0000000000000000FFFF0000${address}`,
    `00000000000000000000FFFF${address}`,
    '0'.repeat(32),
  ]),
)

/** Inodes of the sockets that a process has open; none where it has ended, or is another user's. */
export function readSockets(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${name}`))?.[1]
      return inode === undefined ? [] : [inode]
    })
  } catch {
    return []
  }
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(1)
  } catch {
    return []
  }
}

/** Empty where it was closed meanwhile. */
function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
