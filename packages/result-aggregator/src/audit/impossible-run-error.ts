import type { AuditCheck } from '../result/verification.ts'

/** What a run's files say cannot have happened. The message is one line that names the request, or the phase. */
export class ImpossibleRunError extends Error {
  override readonly name = 'ImpossibleRunError'
  readonly check: AuditCheck

  constructor(check: AuditCheck, message: string) {
    super(message)
    this.check = check
  }
}
