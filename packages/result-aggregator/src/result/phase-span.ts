import { Phase } from '@reprise/replay-engine'
import { z } from 'zod'

/** A line of `phases.jsonl`: written when the phase begins, and once more with `endMs` when it ends. */
export const PhaseSpan = z.strictObject({ phase: Phase, startMs: z.number(), endMs: z.number().optional() })
export type PhaseSpan = z.infer<typeof PhaseSpan>
