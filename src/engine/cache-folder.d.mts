export function userCacheFolder(): string;
