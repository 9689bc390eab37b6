import type { Command } from 'commander'
import { commandNotes } from '../options/command-notes.ts'
import type { CommandContext } from '../terminal/command-context.ts'
import { registerTraceAnonymize } from './trace-anonymize.ts'
import { registerTraceCache } from './trace-cache.ts'
import { registerTraceCheck } from './trace-check.ts'
import { registerTraceCompare } from './trace-compare.ts'
import { registerTraceConvert } from './trace-convert.ts'
import { registerTraceImport } from './trace-import.ts'
import { registerTraceStats } from './trace-stats.ts'
import { registerTraceSynth } from './trace-synth.ts'
import { registerTraceTimeline } from './trace-timeline.ts'

/** `reprise trace ...`: everything about traces. */
export function registerTrace(program: Command, context: CommandContext): void {
  const trace = program.command('trace').description(commandNotes.trace.about)
  registerTraceStats(trace, context)
  registerTraceCheck(trace, context)
  registerTraceCompare(trace, context)
  registerTraceConvert(trace, context)
  registerTraceAnonymize(trace, context)
  registerTraceImport(trace, context)
  registerTraceSynth(trace, context)
  registerTraceCache(trace, context)
  registerTraceTimeline(trace, context)
}
