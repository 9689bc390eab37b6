/** The path of a base, if the name is one that may be extended: below the folder of the recipes, with no way out of it. */
export function basePath(folder: string, name: string): string | undefined {
  if (!/^(?:[A-Za-z0-9][\w.-]*\/)*[A-Za-z0-9][\w.-]*\.yaml$/.test(name)) return undefined
  return folder === '' ? name : `${folder}/${name}`
}

/** The folder that `extends` of a recipe or base counts from: its own, or for a file in `bases/` the one above. */
export function recipeRootOf(file: string): string {
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : ''
  return folder.replace(/(?:^|\/)bases$/, '')
}
