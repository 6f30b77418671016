export const root: string;
export function bundle(entry: string, name?: string, extra?: object): Promise<string>;
