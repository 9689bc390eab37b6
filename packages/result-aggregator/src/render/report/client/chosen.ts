/** What a choice of the page stands at. */
export function chosen<Choice extends string>(id: string, otherwise: Choice): Choice {
  return ((document.getElementById(id) as HTMLSelectElement | null)?.value as Choice) ?? otherwise
}
