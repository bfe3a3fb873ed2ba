//! `onhand top`: the agent at work, once a second.

use super::client::Client;
use super::show::cell;
use anyhow::Context;
use ratatui::Frame;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use ratatui::layout::{Constraint, Layout};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::Line;
use ratatui::widgets::{Block, Paragraph, Row, Table, Wrap};
use serde_json::Value;
use std::io::IsTerminal;
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(1);

/// What is shown.
#[derive(Default)]
struct View {
    status: Value,
    /// Records of the journal that were applied since the last look.
    records: i64,
    /// The agent does not answer.
    problem: Option<String>,
}

impl View {
    fn look(&mut self, answer: anyhow::Result<Value>) {
        match answer {
            Ok(status) => {
                let applied = |status: &Value| status["journal"]["records"].as_i64();
                self.records = match (applied(&self.status), applied(&status)) {
                    (Some(before), Some(now)) => now.saturating_sub(before).max(0),
                    _ => 0,
                };
                self.status = status;
                self.problem = None;
            }
            Err(error) => self.problem = Some(format!("{error:#}")),
        }
    }
}

/// Until q, Escape or Ctrl-C.
pub(super) fn run(client: &Client) -> anyhow::Result<()> {
    anyhow::ensure!(
        std::io::stdout().is_terminal(),
        "`onhand top` draws on a terminal; `onhand status --format json` is for scripts"
    );
    let mut terminal = ratatui::try_init().context("the terminal cannot be drawn on")?;
    let outcome = (|| -> anyhow::Result<()> {
        let mut view = View::default();
        loop {
            view.look(client.get("/v1/status", &[]));
            terminal.draw(|frame| draw(frame, &view))?;
            if event::poll(EVERY)? && ends(&event::read()?) {
                return Ok(());
            }
        }
    })();
    ratatui::restore();
    outcome
}

fn ends(event: &Event) -> bool {
    let Event::Key(key) = event else { return false };
    key.kind == KeyEventKind::Press
        && match key.code {
            KeyCode::Char('q') | KeyCode::Esc => true,
            KeyCode::Char('c') => key.modifiers.contains(KeyModifiers::CONTROL),
            _ => false,
        }
}

fn draw(frame: &mut Frame<'_>, view: &View) {
    let issues = view.status["issues"].as_array().map_or(&[][..], Vec::as_slice);
    let channels = view.status["channels"].as_array().map_or(&[][..], Vec::as_slice);
    let height = u16::try_from(channels.len()).unwrap_or(u16::MAX).saturating_add(3);
    let [head, middle, foot] =
        Layout::vertical([Constraint::Length(2), Constraint::Max(height), Constraint::Min(0)])
            .areas(frame.area());
    frame.render_widget(Paragraph::new(header(view)), head);
    frame.render_widget(table(channels), middle);
    let lines: Vec<Line<'_>> = issues
        .iter()
        .map(|issue| Line::from(format!("! {} {}", cell(&issue["message"]), cell(&issue["action"]))))
        .collect();
    let title = if lines.is_empty() { " Nothing needs you · q ends " } else { " To be done · q ends " };
    frame.render_widget(
        Paragraph::new(lines).wrap(Wrap { trim: true }).block(Block::bordered().title(title)),
        foot,
    );
}

fn header(view: &View) -> Vec<Line<'static>> {
    if let Some(problem) = &view.problem {
        return vec![Line::styled(problem.clone(), Style::new().fg(Color::Red))];
    }
    let (mirror, journal) = (&view.status["mirror"], &view.status["journal"]);
    vec![Line::from(format!(
        "onhand {}: {} products and variations, {} listings; {} records in the last second, journal {} bytes behind",
        cell(&view.status["version"]),
        cell(&mirror["items"]),
        cell(&mirror["listings"]),
        view.records,
        cell(&journal["lag_bytes"])
    ))]
}

fn table(channels: &[Value]) -> Table<'static> {
    let colour = |channel: &Value| match (channel["state"].as_str(), channel["dead"].as_i64()) {
        (Some("active"), Some(0) | None) => Color::Reset,
        (Some("active"), _) => Color::Yellow,
        _ => Color::Red,
    };
    let rows = channels.iter().map(|channel| {
        let cells = ["name", "kind", "state", "behind", "oldest_behind_ms", "dead", "message"];
        Row::new(cells.map(|key| cell(&channel[key]))).style(Style::new().fg(colour(channel)))
    });
    let widths = [
        Constraint::Min(10),
        Constraint::Length(13),
        Constraint::Length(13),
        Constraint::Length(9),
        Constraint::Length(11),
        Constraint::Length(7),
        Constraint::Fill(2),
    ];
    let titles = ["CHANNEL", "KIND", "STATE", "BEHIND", "OLDEST MS", "DEAD", "MESSAGE"];
    Table::new(rows.collect::<Vec<_>>(), widths)
        .header(Row::new(titles).style(Style::new().add_modifier(Modifier::BOLD)))
        .block(Block::bordered())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;
    use serde_json::json;

    fn shown(view: &View) -> String {
        let mut terminal = Terminal::new(TestBackend::new(120, 14)).unwrap();
        terminal.draw(|frame| draw(frame, view)).unwrap();
        terminal.backend().to_string()
    }

    #[test]
    fn channels_and_what_is_to_be_done_are_seen_and_so_is_an_agent_that_is_away() {
        let status = |records: i64| {
            json!({
                "version": "1", "journal": { "records": records, "lag_bytes": 0 }, "mirror": { "items": 7, "listings": 9 },
                "channels": [{ "name": "ebay-de", "kind": "ebay", "state": "active", "behind": 4, "dead": 1 }],
                "issues": [{ "message": "4 listings wait.", "action": "See to it." }],
            })
        };
        let mut view = View::default();
        view.look(Ok(status(10)));
        view.look(Ok(status(52)));
        let text = shown(&view);
        for part in [
            "7 products",
            "9 listings",
            "42 records in the last second",
            "ebay-de",
            "4 listings wait. See to it.",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
        view.look(Err(anyhow::anyhow!("no agent answers at /run/onhand/agent.sock")));
        assert!(shown(&view).contains("no agent answers"));
    }
}
