export {
  defaultPreset,
  fixedLengthPreset,
  type OfficialLimits,
  type PresetCorpus,
  type PresetName,
  presetOf,
  presets,
} from './presets.ts'
