import { AsciiPage } from './ascii-page.ts'
import type { Role } from './role.ts'

export interface Message {
  readonly role: Role
  /** Words of the list with one space between them, none around them; at least one word. */
  readonly content: string
}

/** A message of a planned prompt. Its words are put together whenever they are asked for, and not kept. */
export class PromptMessage implements Message {
  readonly role: Role
  /** Appends the content, in which there is nothing that JSON would escape. */
  readonly writeTo: (page: AsciiPage) => void

  constructor(role: Role, writeTo: (page: AsciiPage) => void) {
    this.role = role
    this.writeTo = writeTo
  }

  get content(): string {
    const page = new AsciiPage()
    this.writeTo(page)
    return new TextDecoder().decode(page.written)
  }
}
