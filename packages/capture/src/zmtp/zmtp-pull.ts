/** What a peer sent that no message can come of; the message says what, for who runs it. */
export class ZmtpError extends Error {
  override readonly name = 'ZmtpError'
}

/** What came of bytes: whole messages, each of its frames, and what is to be answered. */
export interface ZmtpRead {
  readonly messages: readonly (readonly Buffer[])[]
  readonly answer: Buffer
}

const greetingBytes = 64
/** Of all frames of a message. */
const maxMessageBytes = 1024 * 1024
/** Of a command, and of whatever comes from a peer that has not said who it is. */
const maxCommandBytes = 4096
const maxFrames = 64

const flags = { more: 1, long: 2, command: 4 } as const

/**
 * The side of a connection that pulls: reads what a peer pushes, a piece at a time.
 *
 * Source: ZMTP 3.1 (rfc.zeromq.org/spec/37), mechanism NULL; what 3.0 peers send is read alike.
 */
export class ZmtpPull {
  #bytes: Buffer = Buffer.alloc(0)
  #isGreeted = false
  #isReady = false
  #frames: Buffer[] = []
  #messageBytes = 0

  /** What is said first, before anything has come: both sides wait for the other's. */
  readonly greeting = Buffer.concat([greetingOf(), commandOf('READY', propertyOf('Socket-Type', 'PULL'))])

  /** The peer has said who it is. */
  get isReady(): boolean {
    return this.#isReady
  }

  /** @throws ZmtpError: nothing more can be read of this peer. */
  read(piece: Buffer): ZmtpRead {
    this.#bytes = this.#bytes.length === 0 ? piece : Buffer.concat([this.#bytes, piece])
    const messages: Buffer[][] = []
    const answers: Buffer[] = []
    if (!this.#isGreeted) {
      checkSignature(this.#bytes)
      if (this.#bytes.length < greetingBytes) return { messages, answer: Buffer.alloc(0) }
      checkGreeting(this.#bytes)
      this.#isGreeted = true
      this.#bytes = this.#bytes.subarray(greetingBytes)
    }
    for (let frame = this.#frame(); frame; frame = this.#frame()) {
      if (frame.isCommand) answers.push(this.#command(frame.body))
      else if (!this.#isReady) throw new ZmtpError('sends a message before it says that it is ready')
      else {
        this.#frames.push(frame.body)
        if (frame.hasMore) continue
        messages.push(this.#frames)
        this.#frames = []
        this.#messageBytes = 0
      }
    }
    // A copy: a rest that is held would hold the whole piece.
    this.#bytes = Buffer.from(this.#bytes)
    return { messages, answer: Buffer.concat(answers) }
  }

  /** The next one that has come whole. */
  #frame(): { readonly isCommand: boolean; readonly hasMore: boolean; readonly body: Buffer } | undefined {
    const head = this.#bytes[0]
    if (head === undefined) return undefined
    if (head > 7) throw new ZmtpError('sends a frame that is none of ZMTP 3')
    const isLong = (head & flags.long) !== 0
    const from = isLong ? 9 : 2
    if (this.#bytes.length < from) return undefined
    const length = isLong ? this.#bytes.readBigUInt64BE(1) : BigInt(this.#bytes[1]!)
    const isCommand = (head & flags.command) !== 0
    if ((isCommand || !this.#isReady) && length > maxCommandBytes)
      throw new ZmtpError(`sends a command of more than ${maxCommandBytes} bytes`)
    if (BigInt(this.#messageBytes) + length > maxMessageBytes || this.#frames.length >= maxFrames)
      throw new ZmtpError(`sends a message of more than ${maxMessageBytes} bytes or ${maxFrames} frames`)
    const end = from + Number(length)
    if (this.#bytes.length < end) return undefined
    const body = Buffer.from(this.#bytes.subarray(from, end))
    this.#bytes = this.#bytes.subarray(end)
    if (!isCommand) this.#messageBytes += body.length
    return { isCommand, hasMore: (head & flags.more) !== 0, body }
  }

  /** @returns the answer, empty where none is due. */
  #command(body: Buffer): Buffer {
    const name = body.toString('latin1', 1, 1 + (body[0] ?? 0))
    const rest = body.subarray(1 + name.length)
    if (name === 'READY') {
      const type = propertiesOf(rest).get('socket-type')
      if (type !== 'PUSH') throw new ZmtpError(`is a ${plain(type ?? 'socket without a type')} where a PUSH is wanted`)
      this.#isReady = true
    }
    if (name === 'ERROR') throw new ZmtpError(`refuses this side: ${plain(rest.toString('latin1', 1))}`)
    // Behind two bytes of time to live stands what is to be sent back.
    return name === 'PING' ? commandOf('PONG', rest.subarray(2, 18)) : Buffer.alloc(0)
  }
}

function greetingOf(): Buffer {
  const greeting = Buffer.alloc(greetingBytes)
  greeting[0] = 0xff
  greeting[9] = 0x7f
  greeting.set([3, 1], 10)
  greeting.write('NULL', 12)
  return greeting
}

/** As soon as there is enough of it: what is no ZMTP says nothing more. */
function checkSignature(bytes: Buffer): void {
  const isOther = (bytes.length > 0 && bytes[0] !== 0xff) || (bytes.length > 9 && (bytes[9]! & 1) === 0)
  if (isOther) throw new ZmtpError('speaks no ZeroMQ, or that of before version 4')
  if (bytes.length > 10 && bytes[10]! < 3)
    throw new ZmtpError('speaks the ZeroMQ of before version 4 (ZMTP 2); update it')
}

function checkGreeting(bytes: Buffer): void {
  const mechanism = bytes.toString('latin1', 12, 32).replace(/\0+$/, '')
  if (mechanism !== 'NULL')
    throw new ZmtpError(`wants the security mechanism ${plain(mechanism)}; only NULL is spoken here`)
}

function commandOf(name: string, body: Buffer): Buffer {
  const length = 1 + name.length + body.length
  return Buffer.concat([Buffer.from([flags.command, length, name.length]), Buffer.from(name), body])
}

function propertyOf(name: string, value: string): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(value.length)
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), length, Buffer.from(value)])
}

/** By their names in lower case. */
function propertiesOf(bytes: Buffer): Map<string, string> {
  const properties = new Map<string, string>()
  for (let at = 0; at < bytes.length; ) {
    const nameEnd = at + 1 + bytes[at]!
    if (nameEnd + 4 > bytes.length) break
    const end = nameEnd + 4 + bytes.readUInt32BE(nameEnd)
    properties.set(bytes.toString('latin1', at + 1, nameEnd).toLowerCase(), bytes.toString('latin1', nameEnd + 4, end))
    at = end
  }
  return properties
}

/** What a peer sends is hostile. */
function plain(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, '_').slice(0, 100)
}
