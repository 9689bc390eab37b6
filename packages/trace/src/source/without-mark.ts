import { UnreadableFile } from './plain-file.ts'

/**
 * The text at the beginning of a file, without a byte order mark.
 *
 * @throws UnreadableFile where its first bytes are those of something else, which is named.
 */
export function withoutMark(bytes: Buffer): Buffer {
  const found = signatures.find(({ begins }) => begins.some((each) => bytes.subarray(0, each.length).equals(each)))
  if (found) throw new UnreadableFile(found.message)
  return bytes.subarray(0, 3).equals(mark) ? bytes.subarray(3) : bytes
}

const mark = Buffer.from([0xef, 0xbb, 0xbf])

const signatures: readonly { readonly begins: readonly Buffer[]; readonly message: string }[] = [
  { begins: [Buffer.from([0x1f, 0x8b])], message: 'gzip data; add .gz to its name, or unpack it' },
  {
    begins: [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])],
    message: 'UTF-16 text; write it as UTF-8',
  },
  {
    begins: [Buffer.from([0])],
    message: 'no text, it begins with NUL bytes; fetch or write it again',
  },
  {
    begins: [Buffer.from('version https://git-lfs')],
    message: 'a pointer of Git LFS in the place of the file; fetch the file itself with git lfs pull',
  },
  { begins: [Buffer.from('PAR1')], message: 'a Parquet file; write its rows as JSON, one a line, in a .jsonl file' },
  { begins: [Buffer.from('PK\x03\x04')], message: 'a ZIP archive; unpack it' },
  { begins: [Buffer.from([0x28, 0xb5, 0x2f, 0xfd])], message: 'Zstandard data; unpack it, or pack it with gzip' },
  {
    begins: [Buffer.from('BZh'), Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a])],
    message: 'packed data; unpack it, or pack it with gzip',
  },
  {
    begins: ['<!DOCTYPE', '<!doctype', '<html', '<?xml'].map((text) => Buffer.from(text)),
    message: 'a page of HTML or XML, perhaps what a server said in place of the file; fetch it again',
  },
]
