/** A turn as both sides know it. */
export interface TurnPlace {
  readonly trace: string
  readonly session: string
  readonly turn: number
}

/** What it is found by: equal where trace, session and turn are. */
export function turnKey({ trace, session, turn }: TurnPlace): string {
  return `${sessionKey({ trace, session })}\0${turn}`
}

export function sessionKey({ trace, session }: Pick<TurnPlace, 'trace' | 'session'>): string {
  return `${trace}\0${session}`
}

/** As a reader says it; turns count from 0, as in records. */
export function turnName(place: TurnPlace): string {
  return `${sessionName(place)} turn ${place.turn}`
}

/** The root session goes by the name of its trace. */
export function sessionName({ trace, session }: Pick<TurnPlace, 'trace' | 'session'>): string {
  return session === trace || session === 'root' ? trace : `${trace} / ${session}`
}
