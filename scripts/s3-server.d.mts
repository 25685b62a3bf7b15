export const s3ServerPath: string;
export function hasS3Server(): boolean;
export function buildS3Server(): Promise<boolean>;
