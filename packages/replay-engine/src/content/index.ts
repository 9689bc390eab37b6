export { type Message, PromptWriter } from './prompt-writer.ts'
export { type Role, type Segment, Segmenter } from './segments.ts'
export { NO_OVERHEAD, type TemplateOverhead } from './template-overhead.ts'
export { WORDS } from './words.ts'
