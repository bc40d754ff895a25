/** What an error says of a file that is named beside it. The decoder repeats itself in further lines. */
export function whyOf({ message }: Error, path: string): string {
  const [first = ''] = message.split('\n');
  return first.replace(`${path} `, 'it ');
}
