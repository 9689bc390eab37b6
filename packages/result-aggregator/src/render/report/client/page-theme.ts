/** Colours of the charts, light or dark. Series colours are Okabe and Ito's, which people with any colour vision can tell apart. */
export interface PageTheme {
  readonly dark: boolean
  readonly paper: string
  readonly ink: string
  readonly soft: string
  readonly line: string
  readonly band: string
  readonly series: readonly string[]
  readonly wait: string
  readonly decode: string
  readonly failed: string
}

export const lightTheme: PageTheme = {
  dark: false,
  paper: '#ffffff',
  ink: '#1c2128',
  soft: '#59636e',
  line: '#d8dee4',
  band: '#eef1f4',
  series: ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'],
  wait: '#e69f00',
  decode: '#0072b2',
  failed: '#d55e00',
}

const darkTheme: PageTheme = {
  dark: true,
  paper: '#14181d',
  ink: '#e6e9ed',
  soft: '#9aa4af',
  line: '#343b44',
  band: '#1f252c',
  series: ['#56b4e9', '#e69f00', '#009e73', '#cc79a7', '#f0e442', '#d55e00', '#ffffff'],
  wait: '#e69f00',
  decode: '#56b4e9',
  failed: '#ff7f3f',
}

type ThemeChoice = 'auto' | 'light' | 'dark'
const choices: readonly ThemeChoice[] = ['auto', 'light', 'dark']

/** The page's theme: the system's until the button says otherwise, and light on paper. `onChange` hears of every change. */
export function startTheme(button: HTMLButtonElement, onChange: (theme: PageTheme) => void): PageTheme {
  const system = matchMedia('(prefers-color-scheme: dark)')
  const state = { choice: 'auto' as ThemeChoice, onPaper: false, shown: lightTheme }
  const apply = () => {
    const dark = !state.onPaper && (state.choice === 'dark' || (state.choice === 'auto' && system.matches))
    state.shown = dark ? darkTheme : lightTheme
    document.documentElement.dataset.shown = dark ? 'dark' : 'light'
    button.textContent = `Theme: ${state.choice}`
    return state.shown
  }
  const change = () => onChange(apply())
  button.hidden = false
  button.addEventListener('click', () => {
    state.choice = choices[(choices.indexOf(state.choice) + 1) % choices.length]!
    change()
  })
  system.addEventListener('change', change)
  for (const [event, onPaper] of [
    ['beforeprint', true],
    ['afterprint', false],
  ] as const) {
    addEventListener(event, () => {
      state.onPaper = onPaper
      document.documentElement.dataset.paper = onPaper ? 'yes' : 'no'
      change()
    })
  }
  return apply()
}
