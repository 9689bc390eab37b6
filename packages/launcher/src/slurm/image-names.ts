import { createHash } from 'node:crypto'

/**
 * An image as enroot asks for it: `docker://nvcr.io#nvidia/x:1`, the registry set apart where one is named.
 *
 * Source: enroot's `doc/cmd/import.md`, `docker://[USER@][REGISTRY#]IMAGE[:TAG]`.
 */
export function enrootUri(image: string): string {
  if (image.includes('#')) return `docker://${image}`
  const [first, ...rest] = image.split('/')
  const isRegistry = rest.length > 0 && (/[.:]/.test(first!) || first === 'localhost')
  return isRegistry ? `docker://${first}#${rest.join('/')}` : `docker://${image}`
}

/** What its imported file is called; two images never share one, whatever their names have instead of letters. */
export function squashName(image: string): string {
  const readable = image.replaceAll(/[^A-Za-z0-9._-]+/g, '_').slice(0, 100)
  const digest = createHash('sha256').update(image).digest('hex').slice(0, 12)
  return `${readable}-${digest}.sqsh`
}

/** The digest that an image is named by; absent where it has a tag alone, which may stand for another image tomorrow. */
export function digestIn(image: string): string | undefined {
  return /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1]
}

/** Bytes of a squash file's head that `squashLength` needs. */
export const squashHeadBytes = 96

/**
 * How long a squash file says that it is, from its first bytes; undefined where they are of something else. A file that is shorter was
 * cut off.
 *
 * Source: Linux, `Documentation/filesystems/squashfs.rst` and `fs/squashfs/squashfs_fs.h`, `struct squashfs_super_block`: magic `hsqs`,
 * `bytes_used` at 40, both little-endian.
 */
export function squashLength(head: Buffer): number | undefined {
  if (head.length < squashHeadBytes || head.toString('latin1', 0, 4) !== 'hsqs') return undefined
  const length = Number(head.readBigUInt64LE(40))
  return length > squashHeadBytes && Number.isSafeInteger(length) ? length : undefined
}
