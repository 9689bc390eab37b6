import { brokenFields } from './broken-fields.fixture.ts'
import type { BrokenFile } from './broken-file.fixture.ts'
import { brokenShapes } from './broken-shapes.fixture.ts'
import { brokenTexts } from './broken-texts.fixture.ts'

/** Mistakes that people make, and texts that somebody means harm with. */
export const brokenFiles: readonly BrokenFile[] = [...brokenFields, ...brokenShapes, ...brokenTexts]
