/** Does a variable or a flag have the name that secrets have? Its value must then stand in no file. */
export function isSecretName(name: string): boolean {
  return secretName.test(name.replaceAll('-', '_'))
}

const secretName = /(^|_)(TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?|(API|ACCESS|PRIVATE|SECRET)_?KEY)$/i
