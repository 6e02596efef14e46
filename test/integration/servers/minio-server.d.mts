export interface RunningMinio {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Runs MinIO with its objects in a folder, and returns when it answers. It ends with this process, however that dies. */
export function runMinio(request: {
  readonly command: string;
  readonly folder: string;
  readonly port: number;
  readonly keys: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  };
  /** Beside what every server gets. */
  readonly env?: Readonly<Record<string, string>>;
}): Promise<RunningMinio>;
