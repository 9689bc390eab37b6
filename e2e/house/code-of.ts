const comment = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y
const quoted = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/y
const expression = /\/(?:[^\\\n/[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y
const template = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y

/** What a source does: its text without comments, and with nothing in its quotes, regular expressions and templates, but what stands in a `${}`. */
export function codeOf(source: string): string {
  let code = ''
  let at = 0
  /** For each template that is open, how many braces are open in its `${`. */
  const open: number[] = []
  const take = (form: RegExp): string | undefined => {
    form.lastIndex = at
    const found = form.exec(source)?.[0]
    if (found !== undefined) at += found.length
    return found
  }
  const inTemplate = () => {
    const isOver = take(template)?.endsWith('`') ?? true
    if (isOver) open.pop()
    code += isOver ? '`' : '${'
  }
  while (at < source.length) {
    if (take(comment) !== undefined) code += ' '
    else if (take(quoted) !== undefined) code += "''"
    else if (/(?:[(,=:[!&|?{};+]|=>|\breturn|^)\s*$/.test(code.slice(-20)) && take(expression) !== undefined)
      code += '/./'
    else {
      const next = source[at++]!
      code += next
      if (next === '`') {
        open.push(0)
        inTemplate()
      } else if (open.length > 0 && next === '{') open[open.length - 1]! += 1
      else if (open.length > 0 && next === '}') {
        if (open.at(-1) === 0) inTemplate()
        else open[open.length - 1]! -= 1
      }
    }
  }
  return code
}

/** The text without comments. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')
}
