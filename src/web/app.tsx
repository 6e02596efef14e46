import { useEffect, useState } from "preact/hooks";
import type { BatchExportObject } from "../contract/objects/batch-export.js";
import { Login } from "./access/login.js";
import { BackfillPage } from "./backfills/backfill-page.js";
import { BackfillsPage } from "./backfills/backfills-page.js";
import { Alert } from "./backfills/status.js";
import { CoveragePage } from "./coverage/coverage-page.js";
import { usePolled } from "./page/polled.js";
import { ask, messageOf, Refused } from "./page/request.js";
import { linkTo, parseRoute, type Route } from "./page/route.js";
import { Zone } from "./page/time.js";

interface Session {
  readonly teams: readonly number[];
  readonly needs_key: boolean;
}

/** The whole page: a login where one is needed, else what the address asks for. */
export function App() {
  const route = useRoute();
  const [session, setSession] = useState<Session | "login" | null>(null);
  const [error, setError] = useState<string | null>(null);
  const look = () => {
    ask<Session>("session").then(setSession, (refused: unknown) => {
      if (refused instanceof Refused && refused.status === 401) {
        setSession("login");
      } else setError(messageOf(refused));
    });
  };
  useEffect(look, []);
  if (session === "login") return <Login onDone={look} />;
  if (session === null) return <Alert text={error} />;
  const team = route.team ?? session.teams[0] ?? 1;
  return <Team key={team} team={team} route={route} session={session} />;
}

function Team(props: {
  readonly team: number;
  readonly route: Route;
  readonly session: Session;
}) {
  const { team, route, session } = props;
  const { value, error } = usePolled<readonly BatchExportObject[]>(
    `api/projects/${String(team)}/batch_exports/`,
    30_000,
  );
  const exports = value ?? [];
  const shown =
    exports.find(({ id, name }) =>
      [id, name].includes(route.batchExport ?? id),
    ) ?? null;
  const zone = shown?.definition["timezone"];
  return (
    <Zone.Provider value={typeof zone === "string" ? zone : "UTC"}>
      <Header
        team={team}
        session={session}
        exports={exports}
        shown={shown}
        route={route}
      />
      <main>
        <Alert text={error} />
        {shown === null ? (
          <p class="quiet">{value === null ? "" : emptyText(route)}</p>
        ) : (
          <View key={shown.id} team={team} name={shown.name} route={route} />
        )}
      </main>
    </Zone.Provider>
  );
}

function emptyText({ batchExport }: Route): string {
  return batchExport === null
    ? "No batch export yet. Make one with refill export create."
    : `No batch export ${batchExport} here.`;
}

function View(props: {
  readonly team: number;
  readonly name: string;
  readonly route: Route;
}) {
  const { team, name, route } = props;
  if (route.backfill !== null) {
    return (
      <BackfillPage
        key={route.backfill}
        team={team}
        name={name}
        id={route.backfill}
      />
    );
  }
  return route.view === "coverage" ? (
    <CoveragePage team={team} name={name} start={route.start} end={route.end} />
  ) : (
    <BackfillsPage team={team} name={name} />
  );
}

function Header(props: {
  readonly team: number;
  readonly session: Session;
  readonly exports: readonly BatchExportObject[];
  readonly shown: BatchExportObject | null;
  readonly route: Route;
}) {
  const { team, session, exports, shown, route } = props;
  const go = (event: { readonly currentTarget: HTMLSelectElement }) => {
    location.hash = event.currentTarget.value;
  };
  return (
    <header>
      <a class="brand" href={linkTo(team)}>
        Refill
      </a>
      {session.teams.length > 1 && (
        <select aria-label="Team" value={linkTo(team)} onChange={go}>
          {session.teams.map((one) => (
            <option
              key={one}
              value={linkTo(one)}
            >{`Team ${String(one)}`}</option>
          ))}
        </select>
      )}
      {shown !== null && (
        <>
          <select
            aria-label="Batch export"
            value={linkTo(team, shown.name)}
            onChange={go}
          >
            {exports.map(({ id, name }) => (
              <option key={id} value={linkTo(team, name)}>
                {name}
              </option>
            ))}
          </select>
          <nav aria-label="Of the export">
            <a
              href={linkTo(team, shown.name)}
              aria-current={route.view === "coverage" ? undefined : "page"}
            >
              Backfills
            </a>
            <a
              href={linkTo(team, shown.name, "coverage")}
              aria-current={route.view === "coverage" ? "page" : undefined}
            >
              Coverage
            </a>
          </nav>
        </>
      )}
      {session.needs_key && (
        <button
          class="plain"
          onClick={() =>
            void ask("session", "DELETE").then(() => {
              location.reload();
            })
          }
        >
          Sign out
        </button>
      )}
    </header>
  );
}

function useRoute(): Route {
  const [route, setRoute] = useState(parseRoute(location.hash));
  useEffect(() => {
    const follow = () => {
      setRoute(parseRoute(location.hash));
    };
    addEventListener("hashchange", follow);
    return () => {
      removeEventListener("hashchange", follow);
    };
  }, []);
  return route;
}
