import { AsciiPage } from './ascii-page.ts'
import type { Role } from './role.ts'

export interface Message {
  readonly role: Role
  /** Words of the list with one space between them, none around them; at least one word. Or what a server has replied. */
  readonly content: string
}

/** A message of a planned prompt. Its words are put together whenever they are asked for, and not kept. */
export class PromptMessage implements Message {
  readonly role: Role
  /** Appends the content as it stands in a JSON string. */
  readonly writeTo: (page: AsciiPage) => void
  /** A server has said it: where there are no roles, it stands right behind what it answers. */
  readonly isReply: boolean

  constructor(role: Role, writeTo: (page: AsciiPage) => void, { isReply = false } = {}) {
    this.role = role
    this.writeTo = writeTo
    this.isReply = isReply
  }

  get content(): string {
    const page = new AsciiPage()
    this.writeTo(page)
    const written = new TextDecoder().decode(page.written)
    return this.isReply ? (JSON.parse(`"${written}"`) as string) : written
  }
}
