const collator = new Intl.Collator('en', { numeric: true })

/** Orders names as a person expects, 2 before 10, and the same on every machine and side. */
export const compareNames = (a: string, b: string): number => collator.compare(a, b)
