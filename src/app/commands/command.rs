//! Everything a user can do, by name only: what is known of each stands in the file of its scope.

macro_rules! commands {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// Something a user can do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Command { $($(#[$doc])* $name),* }

        impl Command {
            /// Every command there is.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];
        }
    };
}

commands! {
    /// Leave the program.
    Quit,
    /// Open the command palette.
    Palette,
    /// Show the help.
    Help,
    /// Close what is open; leave what has been entered.
    Cancel,
    /// Suspend to the shell.
    Suspend,
    /// Draw everything anew.
    Redraw,
    /// Read the configuration again.
    ReloadConfig,
    /// Workspace 1.
    WorkspaceTrade,
    /// Workspace 2; from there its next page.
    WorkspaceFlow,
    /// The signals lab, the second page of workspace 2.
    WorkspaceLab,
    /// Workspace 3.
    WorkspaceBook,
    /// Workspace 4; from there its next page.
    WorkspacePairs,
    /// How all symbols go together, the second page of workspace 4.
    WorkspaceCorrelations,
    /// Workspace 5.
    WorkspaceAlerts,
    /// Workspace 6; from there its next page.
    WorkspaceBlotter,
    /// What came of trading, the second page of workspace 6.
    WorkspaceResults,
    /// Workspace 7.
    WorkspaceReplay,
    /// Workspace 8.
    WorkspaceSystem,
    /// Focus the next pane.
    FocusNext,
    /// Focus the previous pane.
    FocusPrevious,
    /// Focus the pane to the left.
    FocusLeft,
    /// Focus the pane below.
    FocusDown,
    /// Focus the pane above.
    FocusUp,
    /// Focus the pane to the right.
    FocusRight,
    /// Show the focused pane alone, or all again.
    ZoomPane,
    /// Open a pane to the right.
    SplitRight,
    /// Open a pane below.
    SplitBelow,
    /// Close the focused pane.
    ClosePane,
    /// Show something else in the focused pane.
    ChangePane,
    /// Move the focused pane to the left.
    MovePaneLeft,
    /// Move the focused pane down.
    MovePaneDown,
    /// Move the focused pane up.
    MovePaneUp,
    /// Move the focused pane to the right.
    MovePaneRight,
    /// Exchange the focused pane with the one to the left.
    SwapPaneLeft,
    /// Exchange the focused pane with the one below.
    SwapPaneDown,
    /// Exchange the focused pane with the one above.
    SwapPaneUp,
    /// Exchange the focused pane with the one to the right.
    SwapPaneRight,
    /// Make the focused pane larger both ways.
    GrowPane,
    /// Make the focused pane smaller both ways.
    ShrinkPane,
    /// Make the focused pane wider.
    WidenPane,
    /// Make the focused pane narrower.
    NarrowPane,
    /// Make the focused pane higher.
    HeightenPane,
    /// Make the focused pane less high.
    LowerPane,
    /// Give all panes the same room.
    EqualisePanes,
    /// Take back the last change of panes.
    UndoPanes,
    /// Arrange the workspace as it is shipped.
    ResetPanes,
    /// Choose what the focused pane is linked with.
    LinkPane,
    /// Give the focused pane a symbol and bars of its own.
    LinkNone,
    /// Link the focused pane with group 1.
    Link1,
    /// Link the focused pane with group 2.
    Link2,
    /// Link the focused pane with group 3.
    Link3,
    /// Link the focused pane with group 4.
    Link4,
    /// Link the focused pane with group 5.
    Link5,
    /// Link the focused pane with group 6.
    Link6,
    /// Give the focused pane its own timeframe, or the group's.
    OwnBars,
    /// Choose a saved layout.
    LoadLayout,
    /// Save the layout under a name.
    SaveLayout,
    /// Rename a saved layout.
    RenameLayout,
    /// Delete a saved layout.
    DeleteLayout,
    /// Go to the next symbol of the watchlist.
    NextSymbol,
    /// Go to the previous symbol of the watchlist.
    PreviousSymbol,
    /// Choose the symbol from a list.
    ChooseSymbol,
    /// Follow one more symbol.
    AddSymbol,
    /// Stop following the current symbol.
    RemoveSymbol,
    /// Stop or start the feed.
    ToggleFeed,
    /// Follow the live venue.
    StartLive,
    /// Watch the demo exchange.
    StartDemo,
    /// Stop or start recording.
    ToggleRecording,
    /// Put a mark at this moment.
    Mark,
    /// Choose a recording to replay.
    OpenRecording,
    /// Leave the replay and go back to live data.
    LeaveReplay,
    /// Choose the theme.
    ChooseTheme,
    /// Times in UTC or in the chosen zone.
    ToggleUtc,
    /// Choose the zone of times.
    ChooseZone,
    /// Show recent messages.
    ShowMessages,
    /// Next longer timeframe.
    TimeframeUp,
    /// Next shorter timeframe.
    TimeframeDown,
    /// Choose the timeframe or another kind of bar.
    ChooseTimeframe,
    /// Paper trading on or off.
    PaperToggle,
    /// A ticket to buy.
    OrderBuy,
    /// A ticket to sell.
    OrderSell,
    /// Cancel all orders of the symbol.
    OrderCancelAll,
    /// Cancel the symbol's orders and close its position.
    OrderFlatten,
    /// Turn the symbol's position round.
    OrderReverse,
    /// Ask before an order is sent, or not.
    OrderConfirm,
    /// Try a strategy on the recording that is looked at, or stop the backtest that runs.
    BacktestRun,
    /// Start a strategy.
    StrategyStart,
    /// Stop a strategy.
    StrategyStop,
    /// Choose the account the blotter is about.
    AccountChoose,
    /// Set an account's limits.
    RiskEdit,
    /// Let a stopped account trade again.
    RiskUnlock,
    /// Stop an account by hand.
    RiskKill,
    /// Begin an account anew.
    AccountReset,
    /// The next account.
    AccountNext,
    /// The previous account.
    AccountPrevious,
    /// The next way of showing a pane of the blotter.
    BlotterView,
    /// Copy what the cursor is on.
    BlotterCopy,
    /// Write what is listed to a file.
    BlotterExport,
    /// Cancel the order the cursor is on.
    BlotterCancel,
    /// Cancel every order of the account.
    BlotterCancelAll,
    /// Change the order the cursor is on.
    BlotterAmend,
    /// Compare equity with buying and holding.
    EquityHold,
    /// Mark fills on the curve.
    EquityMarks,
    /// The next way of drawing bars.
    ChartStyle,
    /// Candles.
    ChartCandles,
    /// Candles whose rising bodies are hollow.
    ChartHollow,
    /// Heikin-Ashi candles.
    ChartHeikinAshi,
    /// Bars of open, high, low and close.
    ChartOhlc,
    /// A line through the closes.
    ChartLine,
    /// An area below the closes.
    ChartArea,
    /// Fewer, wider bars.
    ChartZoomIn,
    /// More, narrower bars.
    ChartZoomOut,
    /// To older bars.
    ChartOlder,
    /// To newer bars.
    ChartNewer,
    /// To much older bars.
    ChartPageOlder,
    /// To much newer bars.
    ChartPageNewer,
    /// To the oldest bar.
    ChartOldest,
    /// Follow the newest bar again.
    ChartFollow,
    /// Up: the crosshair, or else closer.
    ChartUp,
    /// Down: the crosshair, or else further away.
    ChartDown,
    /// Measure from the crosshair.
    ChartMeasure,
    /// Stretch the price scale.
    ChartStretch,
    /// Compress the price scale.
    ChartCompress,
    /// Fit the price scale to the bars in view again.
    ChartFit,
    /// Show or hide the crosshair.
    ChartCrosshair,
    /// Show or hide the volume.
    ChartVolume,
    /// Go to a moment.
    ChartGoTo,
    /// Choose symbols to compare with.
    ChartCompare,
    /// Logarithmic or linear price scale.
    ChartLog,
    /// Anchor the volume-weighted average price at the crosshair, or take it away.
    ChartVwap,
    /// Change the alert whose level the crosshair is on.
    ChartAlert,
    /// A ticket at the crosshair's price.
    ChartOrder,
    /// Show or hide what was traded and is worked on.
    ChartTrading,
    /// Add an indicator.
    ChartAddIndicator,
    /// Change, move or remove the indicators on a chart.
    ChartIndicators,
    /// Group more price levels into a row.
    BookCoarser,
    /// Group fewer price levels into a row.
    BookFiner,
    /// Keep the middle in view again.
    BookCentre,
    /// Fewer prices in a heatmap, each larger.
    HeatmapZoomIn,
    /// More prices in a heatmap, each smaller.
    HeatmapZoomOut,
    /// To higher prices.
    HeatmapHigher,
    /// To lower prices.
    HeatmapLower,
    /// Keep the best prices in view again.
    HeatmapCentre,
    /// Show smaller quantities too.
    HeatmapFainter,
    /// Show larger quantities only.
    HeatmapBolder,
    /// Trades as dots, or not.
    HeatmapDots,
    /// Larger trades only.
    HeatmapLargerTrades,
    /// Smaller trades too.
    HeatmapSmallerTrades,
    /// The next way a footprint shows what was traded.
    FootprintMode,
    /// Fewer prices in a row of a footprint.
    FootprintFiner,
    /// More prices in a row of a footprint.
    FootprintCoarser,
    /// A footprint to higher prices.
    FootprintHigher,
    /// A footprint to lower prices.
    FootprintLower,
    /// A footprint groups prices and follows them by itself again.
    FootprintFit,
    /// What stretch of time a profile is of.
    ProfilePeriod,
    /// Choose how many hours a profile is of.
    ProfileHours,
    /// Fewer prices in a row of a profile.
    ProfileFiner,
    /// More prices in a row of a profile.
    ProfileCoarser,
    /// A profile to higher prices, or the crosshair.
    ProfileHigher,
    /// A profile to lower prices, or the crosshair.
    ProfileLower,
    /// A profile groups prices and follows them by itself again.
    ProfileFit,
    /// Point at a price of a profile, or no longer.
    ProfileCross,
    /// The cursor one price up.
    BookUp,
    /// The cursor one price down.
    BookDown,
    /// The cursor a page of prices up.
    BookPageUp,
    /// The cursor a page of prices down.
    BookPageDown,
    /// Point the linked crosshair at the cursor's price.
    BookPick,
    /// Prices stay where they are, or the middle does.
    BookLock,
    /// One size column, or bids and asks beside the price.
    BookLayout,
    /// Choose the columns and their order.
    BookColumns,
    /// Choose from which size on an order is large.
    BookLarge,
    /// A ticket at the cursor's price.
    BookOrder,
    /// Change the own order at the cursor.
    BookOrderEdit,
    /// Move the own orders at the cursor to a higher price.
    BookOrderUp,
    /// Move the own orders at the cursor to a lower price.
    BookOrderDown,
    /// Cancel the own orders at the cursor.
    BookOrderCancel,
    /// Close a position at the market.
    PositionClose,
    /// Turn a position round at the market.
    PositionReverse,
    /// One up.
    ListUp,
    /// One down.
    ListDown,
    /// A page up.
    ListPageUp,
    /// A page down.
    ListPageDown,
    /// To the first.
    ListTop,
    /// To the last; in a tape, follow again.
    ListBottom,
    /// Choose what the cursor is on.
    ListSelect,
    /// Show only what matches.
    ListFilter,
    /// Sort by the next column.
    ListSort,
    /// Sort the other way round.
    ListReverse,
    /// Show only trades of a size and more.
    TapeMinimum,
    /// A larger least size.
    TapeLarger,
    /// A smaller least size.
    TapeSmaller,
    /// One row for all prints of an order, or one for each.
    TapeMerge,
    /// Choose from which size on a trade is large.
    TapeLarge,
    /// Show or hide what buys less sells of each second come to.
    TapeDelta,
    /// Show or hide liquidations among the trades.
    TapeLiquidations,
    /// Show less or more of the log by how much lines matter.
    LogLevel,
    /// Add an indicator.
    IndicatorsAdd,
    /// Set an indicator's parameters.
    IndicatorsEdit,
    /// Take an indicator away.
    IndicatorsRemove,
    /// Take back the last change of indicators.
    IndicatorsUndo,
    /// All indicators again, as they are unless set.
    IndicatorsReset,
    /// A shorter stretch of time in an indicator's chart.
    IndicatorsZoomIn,
    /// A longer stretch of time in an indicator's chart.
    IndicatorsZoomOut,
    /// The crosshair to an older sample.
    IndicatorsOlder,
    /// The crosshair to a newer sample.
    IndicatorsNewer,
    /// A longer horizon in the lab.
    LabLonger,
    /// A shorter horizon in the lab.
    LabShorter,
    /// Values or z-scores in the lab.
    LabSeries,
    /// Choose the first symbol of the pair.
    PairY,
    /// Choose the second symbol of the pair.
    PairX,
    /// Exchange the two symbols of the pair.
    PairSwap,
    /// The next way to fit the hedge ratio.
    PairMethod,
    /// The hedge ratio by ordinary least squares.
    PairOls,
    /// The hedge ratio by Huber's robust regression.
    PairHuber,
    /// The hedge ratio by a Kalman filter.
    PairKalman,
    /// A longer window of the regression.
    PairWindowLonger,
    /// A shorter window of the regression.
    PairWindowShorter,
    /// Enter the window of the regression.
    PairWindow,
    /// A longer window of the z-score.
    PairZLonger,
    /// A shorter window of the z-score.
    PairZShorter,
    /// Enter the window of the z-score.
    PairZ,
    /// Correlate log returns, or closes.
    PairReturns,
    /// Enter where a position is entered, left and stopped.
    PairThresholds,
    /// The matrix's cursor to the left.
    MatrixLeft,
    /// The matrix's cursor to the right.
    MatrixRight,
    /// Write an alert.
    AlertNew,
    /// Change an alert.
    AlertEdit,
    /// Set an alert aside, or check it again.
    AlertPause,
    /// Take an alert away.
    AlertRemove,
    /// Set another alert like one.
    AlertDuplicate,
    /// Arm an alert again.
    AlertRearm,
    /// Set the alert again that was taken away last.
    AlertUndo,
    /// Mark a firing as seen.
    AlertAcknowledge,
    /// Mark every firing as seen.
    AlertAcknowledgeAll,
    /// Deliver an alert as a test.
    AlertTest,
    /// Write the history of alerts to a file.
    AlertExport,
    /// Play, or pause.
    ReplayToggle,
    /// Apply one event.
    ReplayStepEvent,
    /// To the close of the next bar.
    ReplayNextBar,
    /// To the close of the previous bar.
    ReplayPreviousBar,
    /// Faster.
    ReplayFaster,
    /// Slower.
    ReplaySlower,
    /// At the speed it was recorded.
    ReplayRealTime,
    /// As fast as it goes.
    ReplayMax,
    /// Forward ten seconds.
    ReplayForward,
    /// Back ten seconds.
    ReplayBack,
    /// Forward a tenth of the recording.
    ReplayForwardMuch,
    /// Back a tenth of the recording.
    ReplayBackMuch,
    /// Go to a moment.
    ReplayGoTo,
    /// To the start.
    ReplayStart,
    /// At a speed that is entered.
    ReplaySpeed,
    /// To the next stretch without data.
    ReplayNextGap,
    /// To the previous stretch without data.
    ReplayPreviousGap,
    /// To the next mark.
    ReplayNextMark,
    /// To the previous mark.
    ReplayPreviousMark,
    /// To the next large trade.
    ReplayNextLarge,
    /// To the previous large trade.
    ReplayPreviousLarge,
    /// Repeat from here.
    LoopStart,
    /// Repeat up to here.
    LoopEnd,
    /// Repeat, or play on.
    LoopToggle,
    /// Repeat nothing.
    LoopClear,
}
